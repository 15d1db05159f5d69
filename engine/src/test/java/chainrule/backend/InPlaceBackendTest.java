package chainrule.backend;

/** The catalogue of primitives on a backend that works in place. */
class InPlaceBackendTest implements CatalogueContract {
    private final Trial trial = new Trial(_ -> new InPlaceBackend(), Backend::close);

    @Override
    public Trial trial() {
        return trial;
    }
}

package chainrule.bench.path;

/** How a loop uses the memory: the mixes of reads and writes whose bandwidth is measured. */
public enum Traffic {
    /** Σ x. */
    READ("read", 1, 0, 0),
    /** x = s. */
    WRITE("write", 0, 1, 0),
    /** y = x. */
    COPY("copy", 1, 1, 0),
    /** z = x + s·y. */
    TRIAD("triad", 2, 1, 0),
    /** x = s·x: the line to write is there already. */
    IN_PLACE("in place", 0, 0, 1);

    private final String label;
    private final int read;
    private final int written;
    private final int updated;

    Traffic(String label, int read, int written, int updated) {
        this.label = label;
        this.read = read;
        this.written = written;
        this.updated = updated;
    }

    /** The name in tables and files. */
    public String label() {
        return label;
    }

    /** The number of arrays. */
    int arrays() {
        return read + written + updated;
    }

    /** The traffic of one pass over arrays of that many bytes each. */
    Work work(double bytes) {
        return Work.traffic(read * bytes, written * bytes, updated * bytes);
    }
}

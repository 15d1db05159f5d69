package chainrule.backend.check;

import chainrule.backend.Backend;
import chainrule.backend.ElementwisePrimitives;
import chainrule.backend.Families;
import chainrule.backend.ImagePrimitives;
import chainrule.backend.LossPrimitives;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.NormalizationPrimitives;
import chainrule.backend.RandomPrimitives;
import chainrule.backend.TransferPrimitives;
import chainrule.backend.UpdatePrimitives;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A backend that shows each primitive it runs to an observer: to count, time or record the calls. */
public class ObservedBackend extends Backend {
    private final Backend backend;

    /** Runs around each call of a primitive. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Must call {@code run}, and may change the arguments before.
         *
         * @param primitive the name of the method in its family
         * @param arguments its arguments
         */
        void observe(String primitive, Object[] arguments, Runnable run);
    }

    /** Works on the memory of {@code backend}; closing closes that. */
    public ObservedBackend(Backend backend, Observer observer) {
        Families f = backend.families();
        super(
                backend.memory(),
                observed(TransferPrimitives.class, backend.transfers(), observer),
                new Families(
                        observed(MatrixPrimitives.class, f.matrices(), observer),
                        observed(ElementwisePrimitives.class, f.elementwise(), observer),
                        observed(ImagePrimitives.class, f.images(), observer),
                        observed(NormalizationPrimitives.class, f.normalization(), observer),
                        observed(LossPrimitives.class, f.losses(), observer),
                        observed(UpdatePrimitives.class, f.updates(), observer),
                        observed(RandomPrimitives.class, f.random(), observer)));
        this.backend = backend;
    }

    private static <T> T observed(Class<T> family, T primitives, Observer observer) {
        Object proxy =
                Proxy.newProxyInstance(
                        family.getClassLoader(),
                        new Class<?>[] {family},
                        (_, method, arguments) -> {
                            Object[] result = {null};
                            Throwable[] failure = {null};
                            observer.observe(
                                    method.getName(),
                                    arguments,
                                    () -> {
                                        try {
                                            result[0] = method.invoke(primitives, arguments);
                                        } catch (InvocationTargetException e) {
                                            failure[0] = e.getCause();
                                        } catch (IllegalAccessException e) {
                                            failure[0] = e;
                                        }
                                    });
                            if (failure[0] != null) {
                                throw failure[0];
                            }
                            return result[0];
                        });
        return family.cast(proxy);
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public double unitRoundoff() {
        return backend.unitRoundoff();
    }

    @Override
    public boolean inPlaceGradients() {
        return backend.inPlaceGradients();
    }

    @Override
    public void synchronize() {
        backend.synchronize();
    }

    @Override
    public void close() {
        backend.close();
    }
}

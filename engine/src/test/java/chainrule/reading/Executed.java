package chainrule.reading;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.LineNumberTableAttribute;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which lines of the engine begin a method that ran: notes that a {@link Recorder} puts into the classes it loads. */
public final class Executed {
    private static final Map<String, SortedSet<Integer>> LINES = new TreeMap<>();
    private static boolean on;

    private Executed() {}

    /** Called at the start of each method that has lines. */
    public static void note(String type, int line) {
        if (on) {
            LINES.computeIfAbsent(type, _ -> new TreeSet<>()).add(line);
        }
    }

    /** Forgets all notes and takes new ones. */
    public static void start() {
        LINES.clear();
        on = true;
    }

    /** Takes no more notes. */
    public static void stop() {
        on = false;
    }

    /** The first lines of the methods that ran, by top-level class. */
    static Map<String, SortedSet<Integer>> lines() {
        return new TreeMap<>(LINES);
    }

    /** Loads the classes of the engine, and those given, with a note at the start of each method. */
    static final class Recorder extends ClassLoader {
        private static final ClassDesc EXECUTED = ClassDesc.of(Executed.class.getName());
        private static final MethodTypeDesc NOTE =
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String, ConstantDescs.CD_int);

        private final Map<String, byte[]> given;

        Recorder(Map<String, byte[]> given) {
            super(Recorder.class.getClassLoader());
            this.given = given;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith("chainrule.") && !given.containsKey(name)
                        || name.startsWith("chainrule.reading.")) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                if (loaded == null) {
                    byte[] bytes = noted(name, given.containsKey(name) ? given.get(name) : bytes(name));
                    loaded = defineClass(name, bytes, 0, bytes.length);
                }
                return loaded;
            }
        }

        private static byte[] bytes(String name) throws ClassNotFoundException {
            try (var in = Executed.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (java.io.IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        private static byte[] noted(String name, byte[] original) {
            String type = name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
            ClassFile file = ClassFile.of();
            return file.transformClass(
                    file.parse(original),
                    ClassTransform.transformingMethodBodies(
                            Recorder::hasLines, CodeTransform.ofStateful(() -> new Note(type))));
        }

        private static boolean hasLines(MethodModel method) {
            return method.code()
                    .map(code -> code.findAttribute(java.lang.classfile.Attributes.lineNumberTable()))
                    .flatMap(lines -> lines.map(LineNumberTableAttribute::lineNumbers))
                    .filter(numbers -> !numbers.isEmpty())
                    .isPresent();
        }

        /** Adds a note after the first line number of a method, before its first instruction. */
        private static final class Note implements CodeTransform {
            private final String type;
            private int line;
            private boolean done;

            Note(String type) {
                this.type = type;
            }

            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                if (element instanceof LineNumber number && line == 0) {
                    line = number.line();
                }
                if (!done && line > 0 && element instanceof Instruction) {
                    builder.loadConstant(type).loadConstant(line).invokestatic(EXECUTED, "note", NOTE);
                    done = true;
                }
                builder.with(element);
            }
        }
    }
}

package chainrule.experiments.study;

import chainrule.experiments.report.OutputException;
import chainrule.train.Checkpoints;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder {@code checkpoints} in a run's output directory. Checkpoints of an earlier run are resumed or moved
 * aside; the folder is deleted once the report has been written.
 */
final class CheckpointFolder {
    private final Path folder;
    private final Path aside;
    private final boolean resume;
    private boolean opened;

    /** @param out the run's output directory */
    CheckpointFolder(Path out, boolean resume) {
        this.folder = out.resolve("checkpoints");
        this.aside = out.resolve("checkpoints.old");
        this.resume = resume;
    }

    /** The checkpoints of one net. The first call resumes the checkpoints of an earlier run or moves them aside. */
    Checkpoints of(String net) {
        if (!opened) {
            opened = true;
            boolean any = files(folder).stream().anyMatch(file -> file.toString().endsWith(".safetensors"));
            if (resume && !any) {
                System.out.println("nothing to resume in " + folder + ": starting from scratch");
            } else if (!resume && any) {
                moveAside();
                System.out.println(
                        "starting from scratch; the checkpoints of an earlier run, which --resume would have continued,"
                                + " are now in "
                                + aside);
            }
        }
        return new Checkpoints(folder, net).resume(resume).log(System.out::println);
    }

    private void moveAside() {
        try {
            delete(aside);
            Files.move(folder, aside);
        } catch (IOException e) {
            throw new OutputException("cannot move " + folder + " to " + aside + ": " + e.getMessage(), e);
        }
    }

    /** Deletes all checkpoints. */
    void delete() {
        try {
            delete(folder);
        } catch (IOException e) {
            System.out.println("cannot delete " + folder + ": " + e.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path file : files(folder)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    private static List<Path> files(Path folder) {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new OutputException("cannot read " + folder + ": " + e.getMessage(), e);
        }
    }
}

package chainrule.experiments.cli;

/** Checks the standard output when the program ends. */
public final class StandardOutput {
    private StandardOutput() {}

    /**
     * Reports lost output: a print stream throws no exception.
     *
     * @param program for the message
     * @param status the program's exit status so far
     * @return the exit status: 1 for 0 if output was lost, as on a full disk
     */
    public static int finish(String program, int status) {
        if (!System.out.checkError()) {
            return status;
        }
        System.err.println(program + ": the output could not be written");
        return status == 0 ? 1 : status;
    }
}

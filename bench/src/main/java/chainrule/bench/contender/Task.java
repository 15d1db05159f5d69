package chainrule.bench.contender;

import com.google.gson.JsonObject;

/**
 * What each contender of a round does once.
 *
 * @param name unique in the round: "128" for a batch size
 * @param request what describes it, without the number of threads and the device, which are the contender's
 * @param check what the losses must be, or null; the first task of each process is checked
 */
public record Task(String name, JsonObject request, Check check) {
    /** The task of a net. */
    public static Task of(Net net, int batch, boolean training, Check check) {
        JsonObject request = net.json();
        request.addProperty("batch", batch);
        request.addProperty("mode", training ? "train" : "infer");
        return new Task(String.valueOf(batch), request, check);
    }

    /** The description for one contender. @param withCheck whether it does the check first */
    public JsonObject request(Contender contender, boolean withCheck) {
        JsonObject complete = request.deepCopy();
        complete.addProperty("threads", contender.threads());
        complete.addProperty("device", contender.device());
        if (withCheck) {
            complete.addProperty("check", check.file().toAbsolutePath().toString());
        }
        return complete;
    }
}

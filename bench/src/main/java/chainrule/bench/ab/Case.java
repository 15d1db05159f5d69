package chainrule.bench.ab;

import chainrule.backend.check.PrimitiveCase;
import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.Net;
import chainrule.bench.contender.Task;
import chainrule.bench.path.PrimitiveSet;

import com.google.gson.JsonObject;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A row of the comparison: training steps of a net, or calls of a primitive.
 *
 * @param name "steps mlp40 simd 1 thread", "gemm matmul A·B 128x32x32 simd 2 threads"
 * @param group cases of the same group share their processes
 * @param task what runs
 */
record Case(String name, String group, Task task) {
    /** The cases of a backend whose names contain a match of the filter. */
    static List<Case> all(String backend, int threads, Predicate<String> filter) {
        String on = Contender.name(backend, threads).replace(",", "");
        List<Case> cases = new ArrayList<>();
        for (String net : Net.NAMES) {
            String name = "steps " + net + " " + on;
            Task task = Task.of(Net.named(net), Net.BATCH, true, null);
            cases.add(new Case(name, name, new Task(name, task.request(), null)));
        }
        for (PrimitiveSet set : PrimitiveSet.values()) {
            String label = set.name().toLowerCase(Locale.ROOT);
            for (String shape : set.shapes()) {
                for (PrimitiveCase c : set.cases(shape)) {
                    String operation = PrimitiveSet.operation(c);
                    String name = String.join(" ", label, operation, shape, on);
                    JsonObject request = new JsonObject();
                    request.addProperty("set", label);
                    request.addProperty("operation", operation);
                    request.addProperty("shape", shape);
                    cases.add(new Case(name, label + " " + on, new Task(name, request, null)));
                }
            }
        }
        return cases.stream().filter(c -> filter.test(c.name())).toList();
    }

    /** The cases as groups of a campaign. */
    static List<Campaign.Group> groups(List<Case> cases, List<Contender> contenders) {
        Map<String, List<Task>> tasks = new LinkedHashMap<>();
        cases.forEach(c -> tasks.computeIfAbsent(c.group(), _ -> new ArrayList<>()).add(c.task()));
        return tasks.entrySet().stream()
                .map(group -> new Campaign.Group(group.getKey(), contenders, group.getValue()))
                .toList();
    }
}

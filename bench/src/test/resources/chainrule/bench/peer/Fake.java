// chainrule-peer: fake one — answers always the same
// chainrule-peer: fake-error one two — has two arguments, and refuses

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** A peer in Java without libraries. */
final class Fake {
    private Fake() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("a library prints");
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            if (arguments.length > 1) {
                System.out.println("{\"error\": \"has " + arguments.length + " arguments\"}");
            } else if (line.contains("run")) {
                System.out.println("{\"seconds\": 0.5, \"steps\": 4, \"cpuSeconds\": 0.25}");
            } else {
                String folder = System.getProperty("chainrule.environment");
                System.out.println("{\"losses\": [2.5], \"facts\": {\"folder\": \"" + folder + "\"}}");
            }
        }
    }
}

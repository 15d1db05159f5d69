package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.bench.FitCommand.Finding;
import chainrule.bench.FitCommand.Noise;
import chainrule.bench.machine.MachineState.Usage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class FitCommandTest {
    private static final Noise QUIET = new Noise(new Usage(10, true, 0, 0, 0), new double[] {0.01, 0.01}, 0.01, 0.005);

    private static Noise noise(double load, double steal, double drift) {
        return new Noise(new Usage(10, true, load, steal, 0), new double[] {0.01, 0.01}, drift, 0.005);
    }

    @Test
    void aQuietMachineIsFit() {
        List<Finding> findings = FitCommand.findings(Map.of("governor", "performance", "boost", "off"), QUIET);
        assertThat(findings).isEmpty();
        assertThat(FitCommand.verdict(findings, QUIET)).startsWith("Fit to measure. ");
    }

    @ParameterizedTest
    @CsvSource({
        "governor,powersave,the governor is powersave,sudo cpupower frequency-set -g performance",
        "boost,on,boost is on,leave it on",
        "threads per core,2,cores run 2 threads each,measure with --threads",
        "CPU limit,1.5,the container may use 1.5 processors,measure with fewer threads",
        "hypervisor,KVM,this is a virtual machine,compare only within a run",
        "huge pages,never,huge pages are off,echo madvise"
    })
    void givesAdviceForEachSetting(String fact, String value, String what, String advice) {
        Object typed = fact.equals("threads per core") ? Integer.valueOf(value) : value;
        List<Finding> findings = FitCommand.findings(Map.of(fact, typed), QUIET);
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().what()).startsWith(what);
        assertThat(findings.getFirst().advice()).contains(advice);
        assertThat(FitCommand.verdict(findings, QUIET)).startsWith("Fit to measure, with the remarks above.");
    }

    @ParameterizedTest
    @CsvSource({
        "0.8,0,0,other programs keep 0.8 processors busy",
        "0,0.1,0,the hypervisor takes 10.0 % of the time away",
        "0,0,0.08,the machine's own speed drifted by 8.0 %"
    })
    void aDisturbedMachineIsNotFit(double load, double steal, double drift, String what) {
        Noise noise = noise(load, steal, drift);
        List<Finding> findings = FitCommand.findings(Map.of(), noise);
        assertThat(findings).extracting(Finding::what).containsExactly(what);
        assertThat(FitCommand.verdict(findings, noise)).startsWith("Not fit");
    }

    /** t · s / √10 = 2.262 · 0.1 / 3.162 = 0.0715 in the logarithm. */
    @Test
    void statesHowSmallADifferenceCanBeSeen() {
        Noise noise = new Noise(QUIET.usage(), QUIET.spreads(), 0, 0.1);
        assertThat(noise.visible()).isEqualTo(Math.exp(0.07153) - 1, within(1e-4));
        assertThat(FitCommand.verdict(List.of(), noise)).startsWith("Not fit").contains("about 7.4 %");
        assertThat(FitCommand.deviation(new double[] {1, 2, 3})).isEqualTo(1, within(1e-12));
    }

    @Test
    void printsFactsNoiseAndAVerdict() {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        int status;
        try {
            status = new CommandLine(new FitCommand()).execute("--seconds", "0.5");
        } finally {
            System.setOut(out);
        }
        assertThat(status).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("CPU", "vectors", "measuring one training step", "95 % interval of a ratio after 10 rounds")
                .containsPattern("(?m)^(Fit to measure|Not fit)");
    }

    @Test
    void refusesAnImpossibleTime() {
        FitCommand command = new FitCommand();
        command.seconds = 0;
        assertThatThrownBy(command::run).hasMessage("--seconds 0.0: expected between 0.2 and 600");
    }
}

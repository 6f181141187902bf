package navette.judges;

import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads questions from standard input and answers each with one JSON line, until the input ends.
 *
 * <p>A question is {@code <judge>\t<file>} with judge one of {@code verapdf}, {@code dss}, {@code mustang}, {@code container}, or with a folder
 * in the file's place {@code evidence}, {@code evidence-maker}. The one
 * argument is a PEM bundle of trusted roots. An answer always has {@code judge}, {@code file} and {@code ok}.
 */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err); // libraries print; standard output is for answers alone
        Map<String, Judge> judges = Map.of(
                "verapdf", new PdfA(), "dss", new Pades(Path.of(arguments[0])), "mustang", new FacturX(),
                "evidence", new Evidence(), "evidence-maker", new EvidenceMaker(), "container", new Container());
        ObjectMapper json = new ObjectMapper();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question; (question = questions.readLine()) != null; ) {
            String[] parts = question.split("\t", 2);
            answers.println(json.writeValueAsString(verdict(parts[0], judges.get(parts[0]), Path.of(parts[1]))));
            answers.flush();
        }
    }

    private static Map<String, Object> verdict(String name, Judge judge, Path file) {
        Map<String, Object> verdict = new LinkedHashMap<>();
        verdict.put("judge", name);
        verdict.put("file", file.toString());
        verdict.put("ok", false);
        try {
            verdict.put("ok", judge.passes(file, verdict));
        } catch (Exception | LinkageError problem) {
            verdict.put("error", problem.toString()); // a file that breaks a judge does not pass
        }
        return verdict;
    }
}

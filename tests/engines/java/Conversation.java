import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The talk between an analyzer and who started it, a line each way: fields between tabs,
 * in which {@code \t}, {@code \n}, {@code \r} and {@code \\} stand for what would break the line.
 *
 * <p>{@code table SCHEMA NAME COLUMN TYPE COLUMN TYPE …} declares a table and is answered with
 * {@code declared}; {@code query SQL} with {@code accepted COLUMN TYPE …}; both with
 * {@code refused CODE MESSAGE} where the engine can't. The code of a failure inside of the
 * engine is the name of its class. {@code undecided REASON} answers a query that nobody can
 * judge without running it.
 */
final class Conversation {
    /** What an engine has to tell. */
    interface Analyzer {
        /** Declares a table: its columns' names and types in turn. */
        void declare(String schema, String table, List<String> columns) throws Exception;

        /** The names and types of a query's columns in turn. */
        List<String> analyze(String sql) throws Exception;
    }

    /** The engine refuses a query. */
    static final class Refusal extends Exception {
        final String code;

        Refusal(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    /** Whether the engine takes a query can't be told here. */
    static final class Undecided extends Exception {
        Undecided(String reason) {
            super(reason);
        }
    }

    private Conversation() {}

    /** Answers until the questions end. */
    static void hold(Analyzer analyzer) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        say(out, List.of("ready"));
        out.flush();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> fields = fields(line);
            say(out, answer(analyzer, fields));
            if (!in.ready()) {
                out.flush();
            }
        }
        out.flush();
    }

    private static List<String> answer(Analyzer analyzer, List<String> fields) {
        try {
            if (fields.get(0).equals("table")) {
                analyzer.declare(fields.get(1), fields.get(2), fields.subList(3, fields.size()));
                return List.of("declared");
            }
            var answer = new ArrayList<>(List.of("accepted"));
            answer.addAll(analyzer.analyze(fields.get(1)));
            return answer;
        } catch (Refusal e) {
            return List.of("refused", e.code, String.valueOf(e.getMessage()));
        } catch (Undecided e) {
            return List.of("undecided", String.valueOf(e.getMessage()));
        } catch (Exception | StackOverflowError | AssertionError e) {
            return List.of("refused", e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        }
    }

    private static void say(BufferedWriter out, List<String> fields) throws IOException {
        for (int i = 0; i < fields.size(); i++) {
            out.write(i == 0 ? "" : "\t");
            out.write(escaped(fields.get(i)));
        }
        out.write('\n');
    }

    private static List<String> fields(String line) {
        return Arrays.stream(line.split("\t", -1)).map(Conversation::unescaped).toList();
    }

    private static String escaped(String field) {
        return field.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescaped(String field) {
        var text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 1 < field.length()) {
                i++;
                c = switch (field.charAt(i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> field.charAt(i);
                };
            }
            text.append(c);
        }
        return text.toString();
    }
}

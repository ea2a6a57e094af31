import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.types.StructField;

/** Spark's parser, analyzer and optimizer, without a server, over empty tables. */
final class SparkAnalyzer implements Conversation.Analyzer {
    /** The classes of SQL states of values that are not as they should be. */
    private static final Set<String> OF_VALUES = Set.of("22", "23");

    /**
     * What else is said of values: one would be too large, one of VALUES can't be computed, a
     * map has not as many keys as values. The SQL states of these are those of other errors, too.
     */
    private static final List<String> OF_VALUES_ALONE = List.of(
            "COLLECTION_SIZE_LIMIT_EXCEEDED",
            "INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION",
            "_LEGACY_ERROR_TEMP_2128");

    private final SparkSession spark;

    private SparkAnalyzer(String warehouse, List<String> settings) {
        var session = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.catalogImplementation", "in-memory")
                .config("spark.sql.warehouse.dir", warehouse);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            session.config(setting.substring(0, equals), setting.substring(equals + 1));
        }
        spark = session.getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
    }

    /** The folder for tables is the second argument, the settings of the session follow. */
    public static void main(String[] arguments) throws Exception {
        // Spark's own words would stand between the answers.
        PrintStream answers = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        String warehouse = Path.of(arguments[1]).toUri().toString();
        var settings = List.of(arguments).subList(2, arguments.length);
        var analyzer = new SparkAnalyzer(warehouse, settings);
        System.setOut(answers);
        Conversation.hold(analyzer);
        System.exit(0);
    }

    @Override
    public void declare(String schema, String table, List<String> columns) {
        spark.sql("CREATE DATABASE IF NOT EXISTS `" + schema + "`");
        var all = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i += 2) {
            all.add("`" + columns.get(i) + "` " + columns.get(i + 1));
        }
        spark.sql("CREATE TABLE `" + schema + "`.`" + table + "` (" + String.join(", ", all) + ") USING parquet");
    }

    @Override
    public List<String> analyze(String sql) throws Exception {
        try {
            var execution = spark.sql(sql).queryExecution();
            plan(execution);
            var columns = new ArrayList<String>();
            for (StructField field : execution.analyzed().schema().fields()) {
                columns.add(field.name());
                columns.add(field.dataType().catalogString());
            }
            return columns;
        } catch (Exception e) {
            if (isOfValue(e)) {
                throw new Conversation.Undecided(e.getMessage());
            }
            if (e instanceof SparkThrowable known && known.getCondition() != null) {
                throw new Conversation.Refusal(known.getCondition(), e.getMessage());
            }
            throw e;
        }
    }

    /** Some queries are refused only here. A constant that fails is not a refusal. */
    private static void plan(QueryExecution execution) {
        try {
            execution.sparkPlan();
        } catch (RuntimeException e) {
            if (!isOfValue(e)) {
                throw e;
            }
        }
    }

    /** Whether a value is at fault that was computed before the query is run. */
    private static boolean isOfValue(Throwable e) {
        if (e instanceof SparkThrowable known) {
            String state = known.getSqlState();
            String condition = known.getCondition();
            boolean itself = (state != null && OF_VALUES.contains(state.substring(0, 2)))
                    || (condition != null && OF_VALUES_ALONE.stream().anyMatch(condition::startsWith));
            return itself || (e.getCause() != null && isOfValue(e.getCause()));
        }
        return e instanceof ArithmeticException || e instanceof IllegalArgumentException;
    }
}

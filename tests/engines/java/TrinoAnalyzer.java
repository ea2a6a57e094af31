import io.trino.Session;
import io.trino.execution.querystats.PlanOptimizersStatsCollector;
import io.trino.execution.warnings.WarningCollector;
import io.trino.spi.ErrorCode;
import io.trino.spi.StandardErrorCode;
import io.trino.spi.TrinoException;
import io.trino.spi.connector.ColumnHandle;
import io.trino.spi.connector.ColumnMetadata;
import io.trino.spi.connector.Connector;
import io.trino.spi.connector.ConnectorContext;
import io.trino.spi.connector.ConnectorFactory;
import io.trino.spi.connector.ConnectorMetadata;
import io.trino.spi.connector.ConnectorSession;
import io.trino.spi.connector.ConnectorTableHandle;
import io.trino.spi.connector.ConnectorTableMetadata;
import io.trino.spi.connector.ConnectorTableVersion;
import io.trino.spi.connector.ConnectorTransactionHandle;
import io.trino.spi.connector.SchemaTableName;
import io.trino.spi.transaction.IsolationLevel;
import io.trino.spi.type.TypeManager;
import io.trino.sql.parser.ParsingException;
import io.trino.sql.planner.LogicalPlanner.Stage;
import io.trino.sql.planner.Plan;
import io.trino.sql.planner.optimizations.PlanOptimizer;
import io.trino.sql.planner.plan.OutputNode;
import io.trino.testing.PlanTester;
import io.trino.testing.TestingSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.LogManager;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Trino's parser, analyzer and planner, without a server, over tables that are only declared.
 *
 * <p>Queries are planned to the end, since some are refused only then: a subquery whose
 * correlation can't be resolved, for example.
 */
final class TrinoAnalyzer implements Conversation.Analyzer {
    private static final String CATALOG = "lake";

    /** What is said of a NULL in the values that a query compares. */
    private static final Pattern NULL_WITHIN = Pattern.compile("(ARRAY|ROW) comparison not supported");

    /** Errors of values: the planner computes constants, but the engine takes the query. */
    private static final Set<ErrorCode> AT_RUN_TIME = Stream.of(
                    StandardErrorCode.DIVISION_BY_ZERO,
                    StandardErrorCode.NUMERIC_VALUE_OUT_OF_RANGE,
                    StandardErrorCode.INVALID_CAST_ARGUMENT,
                    StandardErrorCode.INVALID_FUNCTION_ARGUMENT)
            .map(StandardErrorCode::toErrorCode)
            .collect(Collectors.toSet());

    private final Declared tables = new Declared();
    private final PlanTester planner;
    private final List<PlanOptimizer> optimizers;
    private final Session session;

    private TrinoAnalyzer(String schema) {
        session = TestingSession.testSessionBuilder().setCatalog(CATALOG).setSchema(schema).build();
        planner = PlanTester.create(session);
        planner.createCatalog(CATALOG, tables, Map.of());
        optimizers = planner.getPlanOptimizers(false);
    }

    /** The schema of tables that are named without one is the argument. */
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        Conversation.hold(new TrinoAnalyzer(arguments[0]));
        // Trino's threads would go on.
        System.exit(0);
    }

    @Override
    public void declare(String schema, String table, List<String> columns) {
        TypeManager types = planner.getPlannerContext().getTypeManager();
        var all = new ArrayList<ColumnMetadata>();
        for (int i = 0; i < columns.size(); i += 2) {
            String name = columns.get(i).toLowerCase(Locale.ROOT);
            all.add(new ColumnMetadata(name, types.fromSqlType(columns.get(i + 1))));
        }
        tables.columns.put(new SchemaTableName(schema, table), List.copyOf(all));
    }

    @Override
    public List<String> analyze(String sql) throws Exception {
        try {
            try {
                return planned(sql, Stage.OPTIMIZED_AND_VALIDATED);
            } catch (ArithmeticException e) {
                return planned(sql, Stage.CREATED);
            } catch (NullPointerException e) {
                if (!ofFunction(e)) {
                    throw e;
                }
                return planned(sql, Stage.CREATED);
            } catch (TrinoException e) {
                // A NULL in an array or a row is met only where what stands before it is equal.
                boolean atNull = NULL_WITHIN.matcher(e.getMessage()).lookingAt();
                if (!atNull && !AT_RUN_TIME.contains(e.getErrorCode())) {
                    throw e;
                }
                return planned(sql, Stage.CREATED);
            }
        } catch (AssertionError e) {
            // The planner is one for tests: it writes each query anew and compares, which
            // fails for a sign before a subquery.
            throw new Conversation.Undecided(e.getMessage());
        } catch (ParsingException e) {
            throw new Conversation.Refusal("SYNTAX_ERROR", e.getMessage());
        } catch (TrinoException e) {
            throw new Conversation.Refusal(e.getErrorCode().getName(), e.getMessage());
        }
    }

    private List<String> planned(String sql, Stage stage) {
        return planner.inTransaction(session, transaction -> columns(planner.createPlan(
                transaction,
                sql,
                optimizers,
                stage,
                WarningCollector.NOOP,
                PlanOptimizersStatsCollector.createPlanOptimizersStatsCollector())));
    }

    private static List<String> columns(Plan plan) {
        var columns = new ArrayList<String>();
        if (plan.getRoot() instanceof OutputNode output) {
            for (int i = 0; i < output.getColumnNames().size(); i++) {
                columns.add(output.getColumnNames().get(i));
                columns.add(output.getOutputSymbols().get(i).type().getTypeSignature().toString());
            }
        }
        return columns;
    }

    /** A connector whose tables have columns and nothing else. */
    private static final class Declared implements ConnectorFactory, Connector, ConnectorMetadata {
        private record Table(SchemaTableName name) implements ConnectorTableHandle {}

        private record Column(String name) implements ColumnHandle {}

        private enum Transaction implements ConnectorTransactionHandle {
            ONLY
        }

        private final Map<SchemaTableName, List<ColumnMetadata>> columns = new HashMap<>();

        @Override
        public String getName() {
            return "declared";
        }

        @Override
        public Connector create(String catalog, Map<String, String> config, ConnectorContext context) {
            return this;
        }

        @Override
        public ConnectorTransactionHandle beginTransaction(
                IsolationLevel level, boolean readOnly, boolean autoCommit) {
            return Transaction.ONLY;
        }

        @Override
        public ConnectorMetadata getMetadata(
                ConnectorSession session, ConnectorTransactionHandle transaction) {
            return this;
        }

        @Override
        public List<String> listSchemaNames(ConnectorSession session) {
            return columns.keySet().stream().map(SchemaTableName::getSchemaName).distinct().toList();
        }

        @Override
        public List<SchemaTableName> listTables(ConnectorSession session, Optional<String> schema) {
            return columns.keySet().stream()
                    .filter(name -> schema.isEmpty() || schema.get().equals(name.getSchemaName()))
                    .toList();
        }

        @Override
        public ConnectorTableHandle getTableHandle(
                ConnectorSession session,
                SchemaTableName name,
                Optional<ConnectorTableVersion> start,
                Optional<ConnectorTableVersion> end) {
            return columns.containsKey(name) ? new Table(name) : null;
        }

        @Override
        public ConnectorTableMetadata getTableMetadata(
                ConnectorSession session, ConnectorTableHandle table) {
            SchemaTableName name = ((Table) table).name();
            return new ConnectorTableMetadata(name, columns.get(name));
        }

        @Override
        public Map<String, ColumnHandle> getColumnHandles(
                ConnectorSession session, ConnectorTableHandle table) {
            var handles = new HashMap<String, ColumnHandle>();
            for (ColumnMetadata column : columns.get(((Table) table).name())) {
                handles.put(column.getName(), new Column(column.getName()));
            }
            return handles;
        }

        @Override
        public ColumnMetadata getColumnMetadata(
                ConnectorSession session, ConnectorTableHandle table, ColumnHandle column) {
            return columns.get(((Table) table).name()).stream()
                    .filter(one -> one.getName().equals(((Column) column).name()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * Whether a function failed at its arguments, which are constants: {@code json_array_get} does
     * where a {@code null} is counted from the end.
     */
    private static boolean ofFunction(RuntimeException e) {
        return Arrays.stream(e.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith("io.trino.operator.scalar."));
    }
}

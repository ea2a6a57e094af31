import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibrary;
import org.apache.calcite.sql.fun.SqlLibraryOperatorTableFactory;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.sql.validate.SqlAbstractConformance;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;

/**
 * Apache Calcite's parser and validator, over empty tables, set as Dremio sets its own fork of
 * them. Dremio itself can't be had: this says whether a text is SQL as Dremio's parser has it,
 * whether its names are found, and which types Calcite gives by Dremio's rules. It does not say
 * that Dremio has a function.
 */
final class DremioAnalyzer implements Conversation.Analyzer {
    /** What Dremio's grammar has beyond Calcite's: a version between a table and its alias. */
    private static final Pattern VERSION = Pattern.compile("\" AT (SNAPSHOT|TIMESTAMP) '");

    /** In the place of DATE_TRUNC, whose unit is a text there, and a word of the grammar here. */
    private static final SqlBasicFunction DATE_TRUNC = SqlBasicFunction.create(
            "DATE_TRUNC_BY_TEXT", ReturnTypes.ARG1, OperandTypes.family(SqlTypeFamily.CHARACTER, SqlTypeFamily.DATETIME));

    private final JavaTypeFactoryImpl types = new JavaTypeFactoryImpl(new Types()) {
        // Its literals are VARCHAR, too.
        @Override
        public RelDataType createSqlType(SqlTypeName name, int precision) {
            return super.createSqlType(name == SqlTypeName.CHAR ? SqlTypeName.VARCHAR : name, precision);
        }
    };
    private final CalciteSchema root = CalciteSchema.createRootSchema(false, false);
    private final SqlParser.Config parser = SqlParser.config()
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withIdentifierMaxLength(1024)
            .withConformance(new Conformance());

    public static void main(String[] arguments) throws Exception {
        Conversation.hold(new DremioAnalyzer());
        System.exit(0);
    }

    @Override
    public void declare(String schema, String table, List<String> columns) throws Exception {
        CalciteSchema of = root.getSubSchema(schema, false);
        if (of == null) {
            of = root.add(schema, new AbstractSchema());
        }
        var row = types.builder();
        for (int i = 0; i < columns.size(); i += 2) {
            row.add(columns.get(i), types.createTypeWithNullability(type(columns.get(i + 1)), true));
        }
        RelDataType built = row.build();
        of.add(table, new AbstractTable() {
            @Override
            public RelDataType getRowType(RelDataTypeFactory factory) {
                return built;
            }
        });
    }

    /** The type of a name: what a cast of NULL to it gives. */
    private RelDataType type(String name) throws Exception {
        SqlNode cast = SqlParser.create("CAST(NULL AS " + name + ")", parser).parseExpression();
        SqlValidator validator = validator();
        var spec = (SqlDataTypeSpec) ((SqlCall) cast).operand(1);
        return spec.deriveType(validator);
    }

    private SqlValidator validator() {
        var properties = new Properties();
        properties.setProperty("caseSensitive", "false");
        var config = new CalciteConnectionConfigImpl(properties);
        var catalog = new CalciteCatalogReader(root, List.of(), types, config);
        SqlOperatorTable known = SqlLibraryOperatorTableFactory.INSTANCE.getOperatorTable(
                EnumSet.of(SqlLibrary.STANDARD, SqlLibrary.BIG_QUERY, SqlLibrary.POSTGRESQL,
                        SqlLibrary.ORACLE, SqlLibrary.MYSQL, SqlLibrary.SPARK));
        SqlOperatorTable functions = SqlOperatorTables.chain(SqlOperatorTables.of(DATE_TRUNC), known);
        return SqlValidatorUtil.newValidator(functions, catalog, types,
                SqlValidator.Config.DEFAULT
                        .withConformance(new Conformance())
                        .withIdentifierExpansion(true)
                        .withTypeCoercionEnabled(true));
    }

    @Override
    public List<String> analyze(String sql) throws Exception {
        if (VERSION.matcher(sql).find()) {
            throw new Conversation.Undecided("Calcite has no versions of tables");
        }
        SqlNode query;
        try {
            query = SqlParser.create(sql, parser).parseQuery();
        } catch (SqlParseException e) {
            throw new Conversation.Refusal("not parsed", e.getMessage());
        }
        refuseUnquoted(query, sql.split("\n", -1));
        SqlValidator validator = validator();
        RelDataType row = validator.getValidatedNodeType(validator.validate(withOwnFunctions(query)));
        var columns = new ArrayList<String>();
        for (var field : row.getFieldList()) {
            columns.add(field.getName());
            columns.add(field.getType().toString().toLowerCase(Locale.ROOT));
        }
        return columns;
    }

    private static SqlNode withOwnFunctions(SqlNode query) {
        return query.accept(new SqlShuttle() {
            @Override
            public SqlNode visit(SqlCall call) {
                SqlNode visited = super.visit(call);
                return visited instanceof SqlCall of && of.getOperator().getName().equals("DATE_TRUNC")
                        ? DATE_TRUNC.createCall(of.getParserPosition(), of.getOperandList())
                        : visited;
            }
        });
    }

    /** Most words are reserved: a name without quotes would be read as one of them. */
    private static void refuseUnquoted(SqlNode query, String[] lines) throws Conversation.Refusal {
        var unquoted = new ArrayList<String>();
        query.accept(new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier name) {
                for (int i = 0; i < name.names.size(); i++) {
                    var place = name.getComponentParserPosition(i);
                    char first = lines[place.getLineNum() - 1].charAt(place.getColumnNum() - 1);
                    if (first != '"' && !name.names.get(i).isEmpty()) {
                        unquoted.add(name.names.get(i));
                    }
                }
                return null;
            }

            @Override
            public Void visit(SqlDataTypeSpec type) {
                return null;
            }
        });
        if (!unquoted.isEmpty()) {
            throw new Conversation.Refusal("not quoted", String.join(", ", unquoted));
        }
    }

    /** What Dremio's parser and validator allow beyond the default. */
    private static final class Conformance extends SqlAbstractConformance {
        @Override
        public boolean isBangEqualAllowed() {
            return true;
        }

        @Override
        public boolean isPercentRemainderAllowed() {
            return true;
        }

        @Override
        public boolean isMinusAllowed() {
            return true;
        }

        @Override
        public boolean isGroupByAlias() {
            return true;
        }

        @Override
        public boolean isGroupByOrdinal() {
            return true;
        }

        @Override
        public boolean isHavingAlias() {
            return true;
        }

        @Override
        public boolean isSortByAlias() {
            return true;
        }

        @Override
        public boolean isSortByOrdinal() {
            return true;
        }
    }

    /** Dremio's rules for results, RelDataTypeSystemImpl there: decimals by Gandiva's. */
    private static final class Types extends RelDataTypeSystemImpl {
        @Override
        public int getDefaultPrecision(SqlTypeName name) {
            return switch (name) {
                case CHAR, VARCHAR, BINARY, VARBINARY -> 65536;
                case TIME, TIMESTAMP -> 3;
                case DECIMAL -> 38;
                default -> super.getDefaultPrecision(name);
            };
        }

        @Override
        public int getMaxPrecision(SqlTypeName name) {
            return switch (name) {
                case TIME, TIMESTAMP -> 3;
                case DECIMAL -> 38;
                default -> super.getMaxPrecision(name);
            };
        }

        @Override
        public int getMaxNumericPrecision() {
            return 38;
        }

        @Override
        public int getMaxNumericScale() {
            return 38;
        }

        @Override
        public int getMaxScale(SqlTypeName name) {
            return name == SqlTypeName.DECIMAL ? 38 : super.getMaxScale(name);
        }

        @Override
        public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType type) {
            RelDataType sum = switch (type.getSqlTypeName()) {
                case TINYINT, SMALLINT, INTEGER, BIGINT -> factory.createSqlType(SqlTypeName.BIGINT);
                case FLOAT, DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
                case DECIMAL -> factory.createSqlType(SqlTypeName.DECIMAL, 38, type.getScale());
                default -> type;
            };
            return factory.createTypeWithNullability(sum, type.isNullable());
        }

        @Override
        public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType type) {
            return factory.createTypeWithNullability(factory.createSqlType(SqlTypeName.DOUBLE), true);
        }

        @Override
        public RelDataType deriveDecimalPlusType(RelDataTypeFactory factory, RelDataType a, RelDataType b) {
            return decimal(factory, a, b, (p1, s1, p2, s2) -> {
                int scale = Math.max(s1, s2);
                return new int[] {Math.max(p1 - s1, p2 - s2) + scale + 1, scale};
            });
        }

        @Override
        public RelDataType deriveDecimalMultiplyType(RelDataTypeFactory factory, RelDataType a, RelDataType b) {
            return decimal(factory, a, b, (p1, s1, p2, s2) -> new int[] {p1 + p2 + 1, s1 + s2});
        }

        @Override
        public RelDataType deriveDecimalDivideType(RelDataTypeFactory factory, RelDataType a, RelDataType b) {
            return decimal(factory, a, b, (p1, s1, p2, s2) -> {
                int scale = Math.max(6, s1 + p2 + 1);
                return new int[] {p1 - s1 + s2 + scale, scale};
            });
        }

        private interface Rule {
            int[] digits(int p1, int s1, int p2, int s2);
        }

        private static RelDataType decimal(RelDataTypeFactory factory, RelDataType a, RelDataType b, Rule rule) {
            boolean exact = SqlTypeUtil.isExactNumeric(a) && SqlTypeUtil.isExactNumeric(b);
            if (!exact || !SqlTypeUtil.isDecimal(a) && !SqlTypeUtil.isDecimal(b)) {
                return null;
            }
            int[] digits = rule.digits(a.getPrecision(), a.getScale(), b.getPrecision(), b.getScale());
            int cut = Math.max(0, digits[0] - 38);
            int scale = Math.max(digits[1] - cut, Math.min(digits[1], 6));
            return factory.createSqlType(SqlTypeName.DECIMAL, Math.min(digits[0], 38), scale);
        }
    }
}

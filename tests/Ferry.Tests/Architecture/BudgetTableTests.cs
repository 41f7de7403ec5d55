using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Ferry.Names;
using Ferry.Protocol;
using Ferry.Runtime;
using Ferry.Storage.Store;
using Ferry.Transports;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>
/// The table of bounds in docs/security.md says what the program does: each number in it is the constant's that it
/// names, and each bound has a test that there is.
/// </summary>
public sealed partial class BudgetTableTests
{
    private const BindingFlags Anything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Assembly[] Program =
    [
        typeof(Engine).Assembly, typeof(NameQuery).Assembly, typeof(StorageLimits).Assembly,
        typeof(LinkFailure).Assembly, typeof(FerryNode).Assembly, typeof(Ferry.App.Control.ControlClient).Assembly,
    ];

    public static TheoryData<string> Rows =>
    [
        .. Repository.Lines("docs/security.md").SkipWhile(line => line != "## Bounds")
            .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.StartsWith('|')).Where(line => !line.StartsWith("| **", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_says_the_programs_number_and_names_a_test(string row)
    {
        var cells = row.Trim('|').Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(5, cells.Length);
        var (bound, constant, test) = (cells[1], cells[3].Trim('`'), cells[4].Trim('`'));
        Assert.Equal(ValueOf(constant), Numbers(bound).Take(ValueOf(constant).Length));
        Assert.True(HasTest(test), $"there is no test {test}");
    }

    [Fact]
    public void Table_is_long() => Assert.True(Rows.Count > 40);

    private static double[] ValueOf(string constant)
    {
        var (type, member) = (constant.Split('.')[0], constant.Split('.')[1]);
        var owner = Assert.Single(
            Program.SelectMany(assembly => assembly.GetTypes()), candidate => candidate.Name == type);
        var value = owner.GetField(member, Anything)?.GetValue(null)
            ?? owner.GetProperty(member, Anything)?.GetValue(Activator.CreateInstance(owner));
        return value switch
        {
            TimeSpan time => [time.TotalSeconds],
            Ferry.Protocol.Values.BucketSize size => [size.Burst, size.PerSecond],
            null => throw new ArgumentException($"there is no {constant}"),
            _ => [Convert.ToDouble(value, CultureInfo.InvariantCulture)],
        };
    }

    private static IEnumerable<double> Numbers(string bound) => Number().Matches(bound).Select(match =>
        double.Parse(match.Groups["number"].Value, NumberStyles.Number, CultureInfo.InvariantCulture)
        * match.Groups["unit"].Value switch
        {
            "KiB" => 1L << 10,
            "MiB" => 1L << 20,
            "GiB" => 1L << 30,
            "TiB" => 1L << 40,
            "min" => 60,
            "h" => 3600,
            "days" => 86_400,
            _ => 1,
        });

    private static bool HasTest(string name) => typeof(BudgetTableTests).Assembly.GetTypes()
        .Where(type => type.Name == name.Split('.')[0])
        .Any(type => type.GetMethod(name.Split('.')[1]) is not null);

    [GeneratedRegex(
        @"(?<number>\d[\d,]*(\.\d+)?) ?(?<unit>KiB|MiB|GiB|TiB|min|h|days|s)?\b", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Number();
}

using System.Diagnostics;
using Ferry.Names;
using Xunit;

namespace Ferry.Tests.Names;

/// <summary>A pattern comes from anybody, and meets all names of a holder: its cost must not multiply with theirs.
/// </summary>
public sealed class GlobCostTests
{
    [Fact]
    public void Pattern_that_nearly_fits_everywhere_costs_about_what_a_plain_one_costs()
    {
        var name = new string('a', 4000);
        var plain = Glob.Parse("*b")!;
        var hostile = Glob.Parse('*' + new string('?', 40) + "aaaaaaaaaaaaaaaaaab")!;
        var (few, many) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 30; round++)
        {
            few = Math.Min(few, TicksOf(plain, name));
            many = Math.Min(many, TicksOf(hostile, name));
        }
        // Taking back what each star took costs sixty times as much here.
        Assert.InRange((double)many / few, 0, 8);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Pattern_of_many_words_of_bits_matches_as_one_of_few(int letters)
    {
        var glob = Glob.Parse(new string('?', letters - 1) + "b*" + new string('c', letters))!;
        var name = new string('a', letters - 1) + 'b';
        Assert.True(glob.Matches(name + "xyz" + new string('c', letters)));
        Assert.True(glob.Matches(name + new string('c', letters)));
        Assert.False(glob.Matches(name + "xyz" + new string('c', letters) + 'd'));
        Assert.False(glob.Matches('a' + name + new string('c', letters)));
    }

    [Fact]
    public void Brackets_beyond_a_number_stand_for_themselves()
    {
        var many = string.Concat(Enumerable.Repeat("[a]", Glob.SetsMax + 1));
        var glob = Glob.Parse(many)!;
        Assert.True(glob.Matches(new string('a', Glob.SetsMax) + "[a]"));
        Assert.False(glob.Matches(new string('a', Glob.SetsMax + 1)));
    }

    private static long TicksOf(Glob glob, string name)
    {
        var start = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < 20; turn++) Assert.False(glob.Matches(name));
        return Stopwatch.GetTimestamp() - start;
    }
}

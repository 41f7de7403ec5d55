using Ferry.App.Output;
using Xunit;

namespace Ferry.Tests.App.Output;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 KB")]
    [InlineData(9_940, "9.9 KB")]
    [InlineData(9_960, "10 KB")]
    [InlineData(999_499, "999 KB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(86_000_000, "86 MB")]
    [InlineData(1_400_000_000, "1.4 GB")]
    [InlineData(9.2e18, "9.2 EB")]
    [InlineData(double.NaN, "0 B")]
    public void Size_has_two_or_three_digits(double bytes, string text) => Assert.Equal(text, Units.Size(bytes));

    [Theory]
    [InlineData(0.42, "420 ms")]
    [InlineData(0.9999, "1.0 s")]
    [InlineData(4.24, "4.2 s")]
    [InlineData(9.99, "10 s")]
    [InlineData(59.7, "1:00")]
    [InlineData(65, "1:05")]
    [InlineData(7_380, "2:03:00")]
    [InlineData(260_000, "3 days")]
    [InlineData(double.PositiveInfinity, "?")]
    [InlineData(-1, "?")]
    public void Time_is_written_as_people_say_it(double seconds, string text) =>
        Assert.Equal(text, Units.Time(seconds));

    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(999, 1000, 99)]
    [InlineData(1000, 1000, 100)]
    [InlineData(2000, 1000, 100)]
    [InlineData(long.MaxValue / 2, long.MaxValue, 49)]
    public void Percent_is_a_hundred_only_when_all_is_there(long done, long size, int percent) =>
        Assert.Equal(percent, Units.Percent(done, size));

    [Theory]
    [InlineData("20s", 20_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("500ms", 500)]
    [InlineData("2m", 120_000)]
    [InlineData(" 1 h ", 3_600_000)]
    public void Time_is_read_with_its_unit(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Units.ParseTime(text));

    [Theory]
    [InlineData("20")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999999h")]
    [InlineData("20 parsecs")]
    [InlineData("")]
    public void What_is_not_a_time_is_refused(string text) => Assert.Null(Units.ParseTime(text));

    [Theory]
    [InlineData("300MB", 300_000_000)]
    [InlineData("1.5 gb", 1_500_000_000)]
    [InlineData("64KiB", 65_536)]
    [InlineData("4096", 4_096)]
    public void Size_is_read_with_and_without_unit(string text, long bytes) =>
        Assert.Equal(bytes, Units.ParseSize(text));

    [Theory]
    [InlineData("much")]
    [InlineData("-1")]
    [InlineData("1 furlong")]
    [InlineData("9999999999999 TB")]
    public void What_is_not_a_size_is_refused(string text) => Assert.Null(Units.ParseSize(text));
}

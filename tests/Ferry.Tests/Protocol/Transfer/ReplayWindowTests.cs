using Ferry.Protocol.Transfer;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class ReplayWindowTests
{
    [Fact]
    public void Each_number_counts_once_in_any_order()
    {
        var window = new ReplayWindow();
        foreach (var number in (ulong[])[3, 0, 2, 70, 50, 69, 1000, 999])
        {
            Assert.True(window.IsNew(number), $"{number}");
            window.Add(number);
            Assert.False(window.IsNew(number), $"{number}");
        }
        Assert.True(window.IsNew(998));
    }

    [Fact]
    public void What_is_a_width_behind_is_too_old_to_tell()
    {
        var window = new ReplayWindow();
        window.Add(200);
        Assert.True(window.IsNew(201 - ReplayWindow.Width));
        Assert.False(window.IsNew(200 - ReplayWindow.Width));
    }

    [Fact]
    public void Number_at_the_end_of_the_range_does_not_begin_it_anew()
    {
        var window = new ReplayWindow();
        Assert.False(window.IsNew(ulong.MaxValue));
        window.Add(long.MaxValue - 1);
        Assert.False(window.IsNew(0));
    }
}

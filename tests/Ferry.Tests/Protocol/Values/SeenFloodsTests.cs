using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class SeenFloodsTests
{
    private readonly SeenFloods _seen = new(Some.Ids);

    [Fact]
    public void New_flood_is_answered_and_passed_on() =>
        Assert.Equal(FloodVerdict.AnswerAndPassOn, _seen.Judge(Some.At(0), Some.Query(1), 3));

    [Theory]
    [InlineData(1, nameof(FloodVerdict.Drop))]
    [InlineData(3, nameof(FloodVerdict.Drop))]
    [InlineData(4, nameof(FloodVerdict.PassOnFurther))]
    public void Flood_seen_before_is_passed_on_only_with_more_hops_left(byte hopLimit, string verdict)
    {
        _seen.Judge(Some.At(0), Some.Query(1), 3);
        Assert.Equal(verdict, _seen.Judge(Some.At(1), Some.Query(1), hopLimit).ToString());
    }

    [Fact]
    public void Flood_whose_hops_were_used_up_here_is_passed_on_for_the_first_time()
    {
        _seen.Judge(Some.At(0), Some.Query(1), 1);
        Assert.Equal(FloodVerdict.PassOn, _seen.Judge(Some.At(0), Some.Query(1), 2));
    }

    [Fact]
    public void Hop_limit_that_was_passed_on_is_the_one_to_exceed()
    {
        _seen.Judge(Some.At(0), Some.Query(1), 3);
        _seen.Judge(Some.At(0), Some.Query(1), 6);
        Assert.Equal(FloodVerdict.Drop, _seen.Judge(Some.At(0), Some.Query(1), 5));
    }

    [Fact]
    public void Floods_are_forgotten_after_their_time()
    {
        _seen.Judge(Some.At(0), Some.Query(1), 3);
        var end = Some.At(0) + SeenFloods.Remembered;
        Assert.Equal(FloodVerdict.Drop, _seen.Judge(end, Some.Query(1), 3));
        Assert.Equal(FloodVerdict.AnswerAndPassOn, _seen.Judge(end + Some.Seconds(1), Some.Query(1), 3));
    }

    [Fact]
    public void What_many_neighbours_send_leaves_room_for_one_who_sends_little()
    {
        var passed = 0;
        for (var flood = 0; flood < 20_000; flood++)
        {
            var query = Some.Query(flood);
            _seen.Judge(Some.At(0), query, 3);
            if (_seen.TryPassOn(Some.At(flood * 0.0005), Some.Node(10 + flood % 20), query)) passed++;
            if (flood % 1000 != 999) continue;
            var honest = Some.Query(100_000 + flood);
            _seen.Judge(Some.At(0), honest, 3);
            Assert.True(_seen.TryPassOn(Some.At(flood * 0.0005), Some.Node(1), honest));
        }
        Assert.InRange(passed, 800, SeenFloods.PassedOn.Burst + 10 * SeenFloods.PassedOn.PerSecond);
    }

    [Fact]
    public void Flood_that_found_no_room_is_passed_on_when_another_neighbour_sends_it()
    {
        var flood = 0;
        do _seen.Judge(Some.At(0), Some.Query(++flood), 3);
        while (_seen.TryPassOn(Some.At(0), Some.Node(1), Some.Query(flood)));
        Assert.Equal(FloodVerdict.PassOn, _seen.Judge(Some.At(0), Some.Query(flood), 2));
        Assert.True(_seen.TryPassOn(Some.At(0), Some.Node(2), Some.Query(flood)));
        Assert.Equal(FloodVerdict.Drop, _seen.Judge(Some.At(0), Some.Query(flood), 2));
    }

    [Fact]
    public void Oldest_flood_goes_when_there_are_too_many()
    {
        for (var flood = 0; flood <= SeenFloods.EntriesMax; flood++) _seen.Judge(Some.At(0), Some.Query(flood), 3);
        Assert.Equal(FloodVerdict.Drop, _seen.Judge(Some.At(0), Some.Query(SeenFloods.EntriesMax), 3));
        Assert.Equal(FloodVerdict.AnswerAndPassOn, _seen.Judge(Some.At(0), Some.Query(0), 3));
    }
}

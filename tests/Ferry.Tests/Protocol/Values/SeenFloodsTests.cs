using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class SeenFloodsTests
{
    private readonly SeenFloods _seen = new();

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
    public void Oldest_flood_goes_when_there_are_too_many()
    {
        for (var flood = 0; flood <= SeenFloods.EntriesMax; flood++) _seen.Judge(Some.At(0), Some.Query(flood), 3);
        Assert.Equal(FloodVerdict.Drop, _seen.Judge(Some.At(0), Some.Query(SeenFloods.EntriesMax), 3));
        Assert.Equal(FloodVerdict.AnswerAndPassOn, _seen.Judge(Some.At(0), Some.Query(0), 3));
    }
}

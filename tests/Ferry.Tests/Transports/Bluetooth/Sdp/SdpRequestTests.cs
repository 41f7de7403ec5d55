using Ferry.Transports.Bluetooth.Sdp;
using Xunit;
using static Ferry.Tests.Transports.Bluetooth.Sdp.SdpBytes;

namespace Ferry.Tests.Transports.Bluetooth.Sdp;

public sealed class SdpRequestTests
{
    [Fact]
    public void Request_has_the_bytes_of_the_specification()
    {
        const string Expected = "06 0102 0023 3511 1C E5CF5C66D2194F299EAC7003943631EE 0400 "
            + "3509 090004 090100 090200 02 ABCD";
        Assert.Equal(
            Expected.Replace(" ", ""), Convert.ToHexString(SdpRequest.Write(0x0102, [0xAB, 0xCD])),
            ignoreCase: true);
    }

    [Fact]
    public void Answer_gives_its_part_and_the_continuation()
    {
        Assert.True(SdpRequest.TryReadAnswer(Answer(7, [1, 2, 3], [9]), 7, out var part, out var continuation));
        Assert.Equal([1, 2, 3], part.ToArray());
        Assert.Equal([9], continuation.ToArray());
    }

    [Fact]
    public void Answer_to_another_request_is_none() =>
        Assert.False(SdpRequest.TryReadAnswer(Answer(7, [1], []), 8, out _, out _));

    [Fact]
    public void Error_is_no_answer() =>
        Assert.False(SdpRequest.TryReadAnswer([0x01, 0, 7, 0, 2, 0, 3], 7, out _, out _));

    [Fact]
    public void Continuation_longer_than_allowed_is_refused() =>
        Assert.False(SdpRequest.TryReadAnswer(Answer(7, [1], new byte[17]), 7, out _, out _));

    [Fact]
    public void Answer_that_is_cut_anywhere_is_none()
    {
        var whole = Answer(7, [1, 2, 3], [9]);
        for (var length = 0; length < whole.Length; length++)
            Assert.False(SdpRequest.TryReadAnswer(whole.AsSpan(0, length), 7, out _, out _));
    }
}

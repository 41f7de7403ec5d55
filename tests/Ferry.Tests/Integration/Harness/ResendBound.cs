using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// What may come again after one loss: what was outstanding, a window at most. A window is three seconds of the rate as
/// the requester measures it, so with a third on top.
/// </summary>
internal sealed class ResendBound(long bytesPerSecond)
{
    /// <summary>Heads of messages, seals and packets are less than this of what crosses a wire.</summary>
    private const int OverheadPercent = 6;

    public long Bytes { get; } = bytesPerSecond * 4;

    /// <summary>A loss when so much was durable would break the bound if all of that were sent again.</summary>
    public void AssertBites(long durable) =>
        Assert.True(durable >= 2 * Bytes, $"{durable} bytes at the loss are too few to tell from a window of {Bytes}");

    /// <param name="losses">Each may cost a window.</param>
    public void AssertHolds(long resent, int losses = 1) => Assert.InRange(resent, 0, losses * Bytes);

    /// <summary>
    /// For a requester that restarts: its counts begin anew, so what has crossed the holder's wires tells.
    /// </summary>
    public void AssertHoldsOver(long crossed, long content) =>
        Assert.InRange(crossed, content, content + content * OverheadPercent / 100 + Bytes);
}

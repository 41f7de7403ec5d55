namespace Ferry.Protocol.Values;

/// <summary>What a link is like. Nothing above the transports asks what kind of link it is: it asks these.</summary>
/// <param name="Transport">For people: <c>tcp</c>, <c>bluetooth</c>, <c>memory</c>.</param>
/// <param name="FrameBytesMax">The most bytes one frame may carry; a longer message goes as several frames.</param>
/// <param name="TypicalRate">Bytes per second until the link has been measured.</param>
/// <param name="TypicalLatency">One way, until the link has been measured.</param>
public readonly record struct LinkTraits(
    string Transport, int FrameBytesMax, long TypicalRate, TimeSpan TypicalLatency);

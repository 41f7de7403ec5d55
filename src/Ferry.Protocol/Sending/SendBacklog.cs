namespace Ferry.Protocol.Sending;

/// <summary>
/// The bytes a connection has taken from its writer and not delivered. They are delivered in order, so nothing written
/// now can overtake them.
/// </summary>
/// <param name="Bytes">Not acknowledged by the other end's kernel, whether sent or not.</param>
/// <param name="UnsentBytes">Of these, what this end's kernel has not sent.</param>
/// <param name="RoundTrip">The smoothed round trip, queues on the path included.</param>
/// <param name="RoundTripMin">The shortest round trip seen: the path without queues.</param>
/// <param name="SegmentBytes">The payload of one packet.</param>
public readonly record struct SendBacklog(
    long Bytes, long UnsentBytes, TimeSpan RoundTrip, TimeSpan RoundTripMin, int SegmentBytes);

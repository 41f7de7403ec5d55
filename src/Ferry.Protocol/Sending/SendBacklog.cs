namespace Ferry.Protocol.Sending;

/// <summary>
/// What a connection has taken from its writer and not delivered: it goes in order, so nothing that is written now can
/// overtake it.
/// </summary>
/// <param name="Bytes">Not acknowledged by the other end's system, whether sent or not.</param>
/// <param name="UnsentBytes">Of these, what this end's system has not sent.</param>
/// <param name="RoundTrip">Of late, with what waits on the way.</param>
/// <param name="RoundTripMin">With nothing on the way.</param>
/// <param name="SegmentBytes">What the system puts into one packet.</param>
public readonly record struct SendBacklog(
    long Bytes, long UnsentBytes, TimeSpan RoundTrip, TimeSpan RoundTripMin, int SegmentBytes);

using System.Net;

namespace Ferry.Transports.Lan;

/// <param name="Source">Who says that it has sent it; anybody can write another's address there.</param>
/// <param name="Segment">Where it came in; of a machine behind a router, one of its family.</param>
public sealed record LanDatagram(IPEndPoint Source, LanSegment Segment, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The sender's address in digits, as <c>join</c> takes it.</summary>
    public string Host => Source.Address.IsIPv6LinkLocal
        ? $"{new IPAddress(Source.Address.GetAddressBytes())}%{Segment.Card}" : Source.Address.ToString();
}

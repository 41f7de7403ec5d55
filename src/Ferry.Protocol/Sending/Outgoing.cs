using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

/// <summary>A message queued for a link.</summary>
/// <param name="Body">The body of a File Transfer; null for every other message.</param>
/// <param name="Cost">Bytes, about, on the link and in memory.</param>
internal readonly record struct Outgoing(Message Message, Payload? Body, int Cost);

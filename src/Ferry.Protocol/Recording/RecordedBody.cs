using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>What a recording keeps of a body.</summary>
internal sealed class RecordedBody(int length) : Payload
{
    public override int Length => length;
    public override void Dispose() { }
}

using Ferry.Protocol.Values;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <summary>Counts who owns which body: each is disposed once, and none is left at rest.</summary>
internal sealed class PayloadLedger
{
    private readonly HashSet<SimPayload> _alive = [];

    /// <summary>Bodies that somebody still owns.</summary>
    public int Alive => _alive.Count;

    public SimPayload Rent(string owner, byte[] bytes)
    {
        var payload = new SimPayload(this, owner, bytes);
        _alive.Add(payload);
        return payload;
    }

    public void Return(SimPayload payload)
    {
        if (!_alive.Remove(payload)) throw new SimFailure($"payload ownership: {payload.Owner} disposed a body twice");
    }

    /// <summary>The owner crashed: what it owned is gone with its memory.</summary>
    public void WriteOff() => _alive.Clear();
}

/// <summary>A sealed body. The bytes are shared by all nodes on its way: nobody may change them.</summary>
internal sealed class SimPayload(PayloadLedger ledger, string owner, byte[] bytes) : Payload
{
    private PayloadLedger? _ledger = ledger;

    public string Owner => owner;
    public override int Length => bytes.Length;

    /// <summary>What the owner may read.</summary>
    public byte[] Bytes => _ledger is null
        ? throw new SimFailure($"payload ownership: {owner} read a body after it was disposed") : bytes;

    public override void Dispose()
    {
        if (_ledger is null) throw new SimFailure($"payload ownership: {owner} disposed a body twice");
        var last = _ledger;
        _ledger = null;
        last.Return(this);
    }
}

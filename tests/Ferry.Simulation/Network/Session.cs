using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <summary>One connection over a wire: two ends, each with its own idea of whether it is still up.</summary>
internal sealed class Session
{
    private readonly SimWorld _world;
    private readonly LinkEnd _dialer;
    private readonly LinkEnd _listener;

    public Session(SimWorld world, Wire wire)
    {
        (_world, Wire) = (world, wire);
        _dialer = new LinkEnd(world, this, wire.Dialer, dialed: true);
        _listener = new LinkEnd(world, this, wire.Listener, dialed: false);
    }

    public Wire Wire { get; }

    /// <summary>Messages vanish: an ordered connection that lost one can never be mended.</summary>
    public bool IsLost { get; private set; }
    public bool IsWhole => !IsLost && _dialer.IsOpen && _listener.IsOpen;
    public bool IsOver => !_dialer.IsOpen && !_listener.IsOpen;

    public bool IsOpenAt(SimNode node) => EndOf(node).IsOpen;

    public LinkEnd EndOf(SimNode node) => node == Wire.Dialer ? _dialer : _listener;

    public LinkEnd Opposite(LinkEnd end) => end == _dialer ? _listener : _dialer;

    /// <summary>The handshake is over: both sides get the other's Join.</summary>
    public void Open()
    {
        var (fromDialer, fromListener) = (Wire.Dialer.MakeJoin(), Wire.Listener.MakeJoin());
        _dialer.Open(fromListener);
        _listener.Open(fromDialer);
    }

    public void Lose() => IsLost = true;

    public void Break(string reason)
    {
        IsLost = true;
        _dialer.Lost(reason, after: 0);
        _listener.Lost(reason, after: 0);
    }

    /// <summary>A node is gone, and its end of the connection with it.</summary>
    public void Abandon(SimNode node, bool silent)
    {
        var end = EndOf(node);
        if (!end.IsOpen) return;
        end.Vanish();
        IsLost = true;
        if (!silent) Opposite(end).Lost("connection reset", Wire.Traits.Latency);
    }

    /// <summary>The wire goes on after it stood still.</summary>
    public void Resume()
    {
        _dialer.Resume();
        _listener.Resume();
    }

    /// <summary>Every message takes the way over bytes, so that the codec is in every run.</summary>
    public byte[] Encode(Message message) =>
        _world.Scratch[..MessageCodec.Encode(message, _world.Scratch)];

    public static Message Decode(byte[] head)
    {
        var error = MessageCodec.Decode(head, out var message);
        if (error != DecodeError.None || message is null)
            throw new SimFailure($"codec: own message of type {head[0]} decodes to {error}");
        return message;
    }
}

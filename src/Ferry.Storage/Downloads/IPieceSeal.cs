using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Storage.Downloads;

/// <summary>Opens what a holder sealed. The program's has AES-256-GCM behind it, the simulator's copies.</summary>
public interface IPieceSeal
{
    /// <summary>
    /// False when the transfer has no key here or the tag is wrong. May be called from several threads.
    /// </summary>
    /// <param name="destination">Exactly <see cref="FileTransfer.PieceBytes"/> long.</param>
    bool TryOpen(FileTransfer head, Payload body, Span<byte> destination);
}

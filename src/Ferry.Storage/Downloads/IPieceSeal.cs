using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Storage.Downloads;

/// <summary>Opens pieces that a holder sealed: with AES-256-GCM in the program, by copying in the simulator.</summary>
public interface IPieceSeal
{
    /// <summary>
    /// False when the transfer has no key here or the tag is wrong. May be called from several threads.
    /// </summary>
    /// <param name="destination">Exactly <see cref="FileTransfer.PieceBytes"/> long.</param>
    bool TryOpen(FileTransfer head, Payload body, Span<byte> destination);
}

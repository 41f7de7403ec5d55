namespace Ferry.Protocol.Transfer;

/// <summary>
/// Which numbers of the other end have been heard, as in IPsec and DTLS: each counts once, in any order, as messages
/// may take several links; one that is far behind the highest is too old to tell.
/// </summary>
internal struct ReplayWindow
{
    /// <summary>How far a message may be overtaken.</summary>
    public const int Width = 64;

    private ulong _above;
    private ulong _heard;

    public readonly bool IsNew(ulong number) =>
        number < long.MaxValue
        && (number >= _above || (IsInside(number) && (_heard >> Behind(number) & 1) == 0));

    /// <summary>Only for a new number of a message that is proven: else anybody could move the window.</summary>
    public void Add(ulong number)
    {
        if (number >= _above)
        {
            var step = number + 1 - _above;
            _heard = step < Width ? _heard << (int)step : 0;
            _above = number + 1;
        }
        _heard |= 1UL << Behind(number);
    }

    private readonly bool IsInside(ulong number) => _above - 1 - number < Width;

    private readonly int Behind(ulong number) => (int)(_above - 1 - number);
}

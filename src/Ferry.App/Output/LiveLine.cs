namespace Ferry.App.Output;

/// <summary>A line at the bottom of the screen that is drawn again and again.</summary>
/// <param name="MarkedFrom">Where the part begins that is coloured, in characters.</param>
internal sealed record LiveLine(string Text, int MarkedFrom = 0, int MarkedLength = 0)
{
    /// <summary>As much as there is room for.</summary>
    public string Fit(int cells) => Cells.Cut(SafeText.Clean(Text), cells);

    /// <summary>The same, with escapes for the colour.</summary>
    public string Draw(int cells, bool colour)
    {
        var clean = Fit(cells);
        var end = Math.Min(clean.Length, MarkedFrom + MarkedLength);
        return colour && MarkedFrom < end
            ? $"{clean[..MarkedFrom]}\e[32m{clean[MarkedFrom..end]}\e[0m{clean[end..]}" : clean;
    }
}

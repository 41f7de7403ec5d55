namespace Ferry.TestKit;

/// <summary>
/// How long a test waits for what must come. Only a test that has failed already waits that long, so it is generous.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
}

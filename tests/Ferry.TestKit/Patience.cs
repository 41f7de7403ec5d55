using System.Runtime.CompilerServices;

namespace Ferry.TestKit;

/// <summary>
/// How long a test waits for what must come. Only a test that has failed already waits that long, so it is generous.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Lets others run until it is so.</summary>
    /// <param name="meanwhile">Done each time that it is not so yet.</param>
    public static async Task UntilAsync(
        Func<bool> isSo, Action? meanwhile = null, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"after {Limit.TotalMinutes} minutes it is still not so: {what}");
            meanwhile?.Invoke();
            await Task.Yield();
        }
    }
}

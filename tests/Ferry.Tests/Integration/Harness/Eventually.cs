using System.Diagnostics;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// Waits for what must come, and fails with what was seen when it does not.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks again and again; fails with what was seen last.</summary>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T>> look, Func<T, bool> isDone)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isDone(seen)) return seen;
            if (Stopwatch.GetElapsedTime(started) > Patience.Limit)
                Assert.Fail($"waited in vain for {what}; last seen: {seen}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(string what, Func<bool> look) =>
        GetAsync(what, () => Task.FromResult(look()), isTrue => isTrue);

    public static async Task<T> InTimeAsync<T>(string what, Task<T> task)
    {
        try
        {
            return await task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException timeout)
        {
            throw new InvalidOperationException($"waited in vain for {what}", timeout);
        }
    }
}

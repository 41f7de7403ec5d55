using Microsoft.Extensions.Hosting;

namespace Ferry.App.Control;

/// <summary>The node decides when to stop; without this the host of a server would catch Ctrl-C itself.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

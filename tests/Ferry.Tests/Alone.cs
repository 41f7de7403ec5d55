using Xunit;

namespace Ferry.Tests;

/// <summary>
/// Tests that no other may run beside: they measure what all in this process, or on this machine, share.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

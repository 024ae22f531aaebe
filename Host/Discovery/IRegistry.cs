namespace ActorEtcd.Host.Discovery;

/// <summary>
/// The directory of one token in a discovery service. Every method throws <see cref="RegistryUnavailableException"/> when the
/// service does not answer, and <see cref="Config.ConfigException"/> when trying again is no use.
/// </summary>
internal interface IRegistry : IAsyncDisposable
{
    Task<RegistryState> ReadAsync(CancellationToken cancellation);

    /// <summary>Adds a registration.</summary>
    Task RegisterAsync(string id, string text, CancellationToken cancellation);

    /// <summary>Waits for a registration after a moment; may come back without one.</summary>
    Task WaitAsync(long after, CancellationToken cancellation);
}

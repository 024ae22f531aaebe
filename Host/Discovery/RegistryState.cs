namespace ActorEtcd.Host.Discovery;

/// <summary>What a discovery service knew at one moment.</summary>
/// <param name="SizeText">What stands for the size of the cluster; null when nothing does.</param>
/// <param name="Registrations">Who has registered.</param>
/// <param name="Index">The moment, for <see cref="IRegistry.WaitAsync"/>.</param>
internal sealed record RegistryState(string? SizeText, IReadOnlyList<Registration> Registrations, long Index);

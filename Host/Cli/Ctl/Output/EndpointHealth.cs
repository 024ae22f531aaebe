namespace ActorEtcd.Host.Cli.Ctl.Output;

/// <summary>Whether an endpoint answered a read, how fast, and what was wrong.</summary>
internal sealed record EndpointHealth(string Endpoint, bool IsHealthy, string Took, string Error);

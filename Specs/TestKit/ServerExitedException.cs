namespace ActorEtcd.Specs.TestKit;

/// <summary>A server process ended although it was expected to serve.</summary>
public sealed class ServerExitedException(string message) : Exception(message);

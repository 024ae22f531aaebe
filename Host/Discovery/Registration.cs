namespace ActorEtcd.Host.Discovery;

/// <summary>A member that told the discovery service of itself.</summary>
/// <param name="Id">Its id, in hex.</param>
/// <param name="Text">Its name and peer URLs, as in <c>--initial-cluster</c>.</param>
/// <param name="CreatedAt">Orders registrations: the first ones make the cluster.</param>
internal sealed record Registration(string Id, string Text, long CreatedAt);

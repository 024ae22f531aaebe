namespace ActorEtcd.Host.GrpcClient;

/// <summary>A call for which the server has no stream yet.</summary>
internal sealed record WaitingCall(ClientCall Call, PendingSend? Request, bool EndStream);

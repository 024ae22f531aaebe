namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Serves a call. Runs on the connection's thread until it must wait. The call object is reused after the task has
/// ended: nothing may keep it.
/// </summary>
public delegate ValueTask GrpcHandler(GrpcCall call);

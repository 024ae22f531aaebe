namespace ActorEtcd.Host.Grpc;

/// <summary>Decides, as methods are registered, what is checked before each call of one.</summary>
public interface IGrpcGuard
{
    /// <summary>A handler that lets the given one serve only the calls that may be served.</summary>
    GrpcHandler Wrap(string service, string method, GrpcHandler handler);
}

namespace ActorEtcd.Host.Grpc;

/// <summary>Which sides of a call stream.</summary>
public enum GrpcMethodType
{
    Unary,
    ClientStream,
    ServerStream,
    BidiStream,
}

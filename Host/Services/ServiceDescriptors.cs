using Google.Protobuf.Reflection;
using Etcd = ActorEtcd.Host.Protos.Etcdserverpb;
using Pb = ActorEtcd.Host.Protos;

namespace ActorEtcd.Host.Services;

/// <summary>The descriptors of the files that define the server's services.</summary>
internal static class ServiceDescriptors
{
    /// <summary>etcd's own services, in the order in which etcd's documents have them.</summary>
    public static readonly IReadOnlyList<FileDescriptor> Rpc =
    [
        Etcd.KvReflection.Descriptor,
        Etcd.WatchReflection.Descriptor,
        Etcd.LeaseReflection.Descriptor,
        Etcd.ClusterReflection.Descriptor,
        Etcd.MaintenanceReflection.Descriptor,
        Etcd.AuthReflection.Descriptor,
    ];

    public static readonly FileDescriptor Lock = Pb.V3lockpb.V3LockReflection.Descriptor;

    public static readonly FileDescriptor Election = Pb.V3electionpb.V3ElectionReflection.Descriptor;

    public static readonly IReadOnlyList<FileDescriptor> All =
    [
        .. Rpc,
        Lock,
        Election,
        Pb.Health.HealthReflection.Descriptor,
        Pb.ReflectionV1.ReflectionReflection.Descriptor,
        Pb.ReflectionV1Alpha.ReflectionReflection.Descriptor,
    ];
}

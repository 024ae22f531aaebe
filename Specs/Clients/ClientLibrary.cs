namespace ActorEtcd.Specs.Clients;

/// <summary>Client libraries that others have written and many use, as they are installed from their registries.</summary>
public enum ClientLibrary
{
    /// <summary>npm's etcd3: gRPC.</summary>
    NpmEtcd3,

    /// <summary>Debian's python3-etcd3gw: the JSON gateway.</summary>
    PythonEtcd3Gateway,
}

using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Import;

/// <summary>Users and roles of an etcd database.</summary>
internal static class AuthImport
{
    /// <exception cref="EtcdDataException">The database has users or roles: without them it would stand open.</exception>
    public static void Check(EtcdDatabase database)
    {
        if (database.HasAuth)
        {
            throw new EtcdDataException($"{database.Path} holds users or roles, which this version does not take over");
        }
    }
}

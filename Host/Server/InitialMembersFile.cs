using ActorEtcd.Apply;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Server;

/// <summary>
/// The state that a member began with, kept beside its data until the first checkpoint replaces it: a later start must
/// not depend on <c>--initial-cluster</c>.
/// </summary>
public static class InitialMembersFile
{
    private const string FileName = "initial-state";

    public static void Write(DataDirectory directory, ReplicatedState state)
        => DurableFiles.Replace(PathIn(directory), ReplicatedStateCodec.Encode(state));

    /// <exception cref="DataDirDamagedException">The file is missing or unreadable.</exception>
    public static ReplicatedState Read(DataDirectory directory)
    {
        try
        {
            return ReplicatedStateCodec.Decode(File.ReadAllBytes(PathIn(directory)));
        }
        catch (Exception error) when (error is IOException or MalformedMessageException)
        {
            throw new DataDirDamagedException(directory.Path, $"cannot read {PathIn(directory)}: {error.Message}", error);
        }
    }

    private static string PathIn(DataDirectory directory) => Path.Combine(directory.MemberPath, FileName);
}

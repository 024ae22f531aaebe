using System.Reflection;
using System.Runtime.CompilerServices;
using ActorEtcd.Client;
using ActorEtcd.Host.Server;
using ActorEtcd.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Repo;

/// <summary>What the compiler makes of records.</summary>
public sealed class RecordSpec
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // The text that the compiler makes of a record boxes every public property. It compiles with a span too, and throws
    // when a log names the message.
    [Fact]
    public void Records_whose_text_the_compiler_makes_show_no_span()
    {
        string[] found =
        [
            .. new[] { typeof(EtcdNode), typeof(WalJournal), typeof(EtcdServer) }
                .SelectMany(static known => known.Assembly.GetTypes())
                .Where(static type => type.GetMethod("PrintMembers", Members) is { } print
                    && print.IsDefined(typeof(CompilerGeneratedAttribute)))
                .SelectMany(static type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
                .Where(static property => property.PropertyType.IsByRefLike)
                .Select(static property => $"{property.DeclaringType}.{property.Name}"),
        ];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}

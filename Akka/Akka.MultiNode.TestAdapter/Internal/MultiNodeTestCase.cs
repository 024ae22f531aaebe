using System.ComponentModel;
using Akka.Remote.TestKit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Akka.MultiNode.TestAdapter.Internal;

/// <summary>A test whose method runs on all nodes at once. The class is made in the nodes' processes alone.</summary>
public class MultiNodeTestCase : XunitTestCase
{
    private List<NodeTest> _nodes;

    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called when a test case is deserialised")]
    public MultiNodeTestCase()
    {
    }

    public MultiNodeTestCase(
        IMessageSink diagnosticMessageSink,
        TestMethodDisplay defaultMethodDisplay,
        TestMethodDisplayOptions defaultMethodDisplayOptions,
        ITestMethod testMethod,
        object[] testMethodArguments = null)
        : base(diagnosticMessageSink, defaultMethodDisplay, defaultMethodDisplayOptions, testMethod, testMethodArguments)
    {
    }

    public string AssemblyPath => SpecType.Assembly.Location;

    public string TypeName => TestMethod.TestClass.Class.Name;

    public string MethodName => TestMethod.Method.Name;

    /// <summary>The nodes, in the order in which the configuration names them.</summary>
    public List<NodeTest> Nodes => _nodes ??= LoadDetails();

    private Type SpecType => ((IReflectionTypeInfo)TestMethod.TestClass.Class).Type;

    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        new MultiNodeTestCaseRunner(this, messageBus, aggregator, cancellationTokenSource).RunAsync();

    protected virtual List<NodeTest> LoadDetails()
    {
        if (!typeof(MultiNodeSpec).IsAssignableFrom(SpecType))
        {
            throw new TestBaseTypeException();
        }

        return [.. RolesOf(SpecType).Select((role, index) => new NodeTest(this, index + 1, role.Name))];
    }

    private static IEnumerable<RoleName> RolesOf(Type type)
    {
        for (var declaring = type; declaring is not null && declaring != typeof(MultiNodeSpec); declaring = declaring.BaseType)
        {
            var config = declaring
                .GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public
                    | System.Reflection.BindingFlags.NonPublic)
                .SelectMany(static constructor => constructor.GetParameters())
                .Select(static parameter => parameter.ParameterType)
                .FirstOrDefault(static candidate => typeof(MultiNodeConfig).IsAssignableFrom(candidate) && !candidate.IsAbstract);
            if (config is null)
            {
                continue;
            }

            try
            {
                return ((MultiNodeConfig)Activator.CreateInstance(config)).Roles;
            }
            catch (Exception problem)
            {
                throw new TestConfigurationException(type, problem);
            }
        }

        throw new TestConfigurationException(type);
    }
}

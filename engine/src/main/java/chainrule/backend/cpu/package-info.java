/**
 * The contract in float32 for any CPU: plain loops shared by all fast CPU backends, threads, and matrix products by EJML.
 */
package chainrule.backend.cpu;

/** Our backends as contenders: the program that is measured. */
package chainrule.bench.worker;
